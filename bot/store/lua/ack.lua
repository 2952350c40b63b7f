-- ARGV: key, owner, upto, lease end, how many at once. Returns the next that are still ours to send: {number of the
-- first, parcels...}.
local tail, lease, keep = unpack(redis.call('HMGET', chat, 't', 'l', 'k'))
if not tail then return false end
local left = trim(tonumber(tail), tonumber(ARGV[3]))
if left == 0 then
  settle(keep)
  return false
end
if lease ~= ARGV[2] then return false end
redis.call('ZADD', due, ARGV[4], key)
local parcels = redis.call('LRANGE', outbox, 0, ARGV[5] - 1)
table.insert(parcels, 1, tonumber(tail) - left + 1)
return parcels
