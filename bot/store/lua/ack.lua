-- ARGV: key, owner, upto, the time, lease, how many at once. Returns the next that are still ours to send: {number of
-- the first, parcels...}; false where none are, or none are ours.
local tail, lease, keep = unpack(redis.call('HMGET', chat, 't', 'l', 'k'))
if not tail then return false end
local left = trim(tonumber(tail), tonumber(ARGV[3]))
if left == 0 then
  settle(keep)
  return false
end
if lease ~= ARGV[2] then return false end
redis.call('ZADD', due, time_ms(ARGV[4]) + ARGV[5], key)
local parcels = redis.call('LRANGE', outbox, 0, ARGV[6] - 1)
table.insert(parcels, 1, tonumber(tail) - left + 1)
return parcels
