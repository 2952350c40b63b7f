-- ARGV: key, owner, now, lease end. Returns {number of the first, fails, parcels...} when it is ours now.
local time = redis.call('ZSCORE', due, key)
if not time or tonumber(time) > tonumber(ARGV[3]) then return false end
local tail, fails = unpack(redis.call('HMGET', chat, 't', 'f'))
local parcels = redis.call('LRANGE', outbox, 0, -1)
if not tail or #parcels == 0 then
  redis.call('ZREM', due, key)
  redis.call('DEL', outbox)
  return false
end
redis.call('HSET', chat, 'l', ARGV[2])
redis.call('ZADD', due, ARGV[4], key)
local first = tonumber(tail) - #parcels + 1
table.insert(parcels, 1, tonumber(fails or 0))
table.insert(parcels, 1, first)
return parcels
