-- KEYS: guides, current, revision. ARGV: version's name, guide, id, version.
-- Returns 1 when it is new, 0 when exactly this is there, -1 when something else is.
local there = redis.call('HGET', KEYS[1], ARGV[1])
if there then return there == ARGV[2] and 0 or -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('INCR', KEYS[3])
return 1
