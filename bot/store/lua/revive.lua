-- KEYS: as in outbox.lua, and the dead letters. ARGV: key, how the letter begins, the time, the longest time to live, lease.
-- Its parcel goes behind what waits in the conversation. Returns 1 where there was such a letter, and somebody to get it.
local dead, begins, parcel = KEYS[4], ARGV[2], nil
if redis.call('HEXISTS', chat, 'v') == 0 then return 0 end
for _, letter in ipairs(redis.call('ZRANGE', dead, 0, -1)) do
  if string.sub(letter, 1, #begins) == begins then
    redis.call('ZREM', dead, letter)
    parcel = string.match(string.sub(letter, #begins + 1), '^[^\n]*\n(.*)$')
  end
end
if not parcel or parcel == '' then return 0 end
redis.call('HINCRBY', chat, 't', 1)
if redis.call('RPUSH', outbox, parcel) == 1 then
  local now, life = time_ms(ARGV[3]), redis.call('TTL', chat)
  redis.call('HSET', chat, 'l', '-', 'q', string.format('%.0f', now + ARGV[5]), 'k', math.max(life, 1))
  redis.call('EXPIRE', chat, math.max(life, ARGV[4]))
  redis.call('ZADD', due, now, key)
end
return 1
