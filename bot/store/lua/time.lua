-- The time in Unix milliseconds: the server's own, unless a test says what it is.
local function time_ms(said)
  if said ~= '' then return tonumber(said) end
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
