-- ARGV: key, owner, the time, lease, how many at once. Returns the first of what waits when it is ours now:
-- {number of the first, fails, doubts, parcels...}.
local time = redis.call('ZSCORE', due, key)
local now = time_ms(ARGV[3])
if not time or tonumber(time) > now then return false end
local tail, fails, doubts = unpack(redis.call('HMGET', chat, 't', 'f', 'd'))
local length = redis.call('LLEN', outbox)
if not tail or length == 0 then
  redis.call('ZREM', due, key)
  redis.call('DEL', outbox)
  return false
end
redis.call('HSET', chat, 'l', ARGV[2])
redis.call('ZADD', due, now + ARGV[4], key)
local taken = {tonumber(tail) - length + 1, tonumber(fails or 0), tonumber(doubts or 0)}
for _, parcel in ipairs(redis.call('LRANGE', outbox, 0, ARGV[5] - 1)) do table.insert(taken, parcel) end
return taken
