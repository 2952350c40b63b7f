-- KEYS: message, conversation, its log. Returns false, or {number of the first, parcels that are still there...}.
local kept = redis.call('GET', KEYS[1])
if not kept then return false end
local last, count = string.match(kept, '^(%d+) (%d+)$')
last = tonumber(last)
local tail = tonumber(redis.call('HGET', KEYS[2], 't') or 0)
local head = tail - redis.call('LLEN', KEYS[3])
local before = math.max(last - count, head)
local parcels = {}
if last > before then parcels = redis.call('LRANGE', KEYS[3], before - head, last - head - 1) end
table.insert(parcels, 1, before + 1)
return parcels
