-- KEYS: open requests, pictures of this one. ARGV: code, name, content, how many may be kept.
-- Returns 0 where the request is not open, or has as many as it may.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
local another = redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0
if another and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
