-- The dead letters of a conversation's parcel, and the parcel; empty where there is none, or it cannot be sent again.
local function letters_of(dead, number)
  local begins, found, parcel = key .. '\n' .. number .. '\n', {}, ''
  for _, letter in ipairs(redis.call('ZRANGE', dead, 0, -1)) do
    if string.sub(letter, 1, #begins) == begins then
      table.insert(found, letter)
      parcel = string.match(string.sub(letter, #begins + 1), '^[^\n]*\n(.*)$') or ''
    end
  end
  return found, parcel
end
