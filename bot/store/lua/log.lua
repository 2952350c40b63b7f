-- KEYS: conversation, its log. ARGV: after, how many at most. Returns {number of the first, parcels...}.
local tail = tonumber(redis.call('HGET', KEYS[1], 't') or 0)
local head = tail - redis.call('LLEN', KEYS[2])
local after = math.max(tonumber(ARGV[1]), head, tail - ARGV[2])
local parcels = redis.call('LRANGE', KEYS[2], after - head, -1)
table.insert(parcels, 1, after + 1)
return parcels
