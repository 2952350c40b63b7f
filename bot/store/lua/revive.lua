-- KEYS: as in outbox.lua, the dead letters and the changes of requests. ARGV: key, number, the time, the longest time to
-- live, lease, what begins the name of a thread.
-- Its parcel goes behind what waits in the conversation. Returns 1 where there was such a letter, and somebody to get it.
-- Threads are not named in KEYS: see request.lua.
local dead, begins, parcel = KEYS[4], key .. '\n' .. ARGV[2] .. '\n', nil

-- The message that the parcel was of has it under another number from now on.
local function renumber(thread, old, new)
  for place, entry in ipairs(redis.call('LRANGE', thread, 0, -1)) do
    local number, parcels, said = string.match(entry, '^(%d+) ([%d,]+) (%[.*)$')
    local renamed, found = string.gsub(',' .. (parcels or '') .. ',', ',' .. old .. ',', ',' .. new .. ',')
    if found > 0 then
      redis.call('LSET', thread, place - 1, number .. ' ' .. string.sub(renamed, 2, -2) .. ' ' .. said)
      redis.call('INCR', KEYS[5])
    end
  end
end

if redis.call('HEXISTS', chat, 'v') == 0 then return 0 end
for _, letter in ipairs(redis.call('ZRANGE', dead, 0, -1)) do
  if string.sub(letter, 1, #begins) == begins then
    redis.call('ZREM', dead, letter)
    parcel = string.match(string.sub(letter, #begins + 1), '^[^\n]*\n(.*)$')
  end
end
if not parcel or parcel == '' then return 0 end
local tail = redis.call('HINCRBY', chat, 't', 1)
for code in string.gmatch(redis.call('HGET', chat, 'x') or '', '%S+') do renumber(ARGV[6] .. code, ARGV[2], tail) end
if redis.call('RPUSH', outbox, parcel) == 1 then
  local now, life = time_ms(ARGV[3]), redis.call('TTL', chat)
  redis.call('HSET', chat, 'l', '-', 'q', string.format('%.0f', now + ARGV[5]), 'k', math.max(life, 1))
  redis.call('EXPIRE', chat, math.max(life, ARGV[4]))
  redis.call('ZADD', due, now, key)
end
return 1
