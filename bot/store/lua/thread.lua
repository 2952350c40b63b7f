-- KEYS: thread. ARGV: after. Returns the entries with numbers above it, each behind its number and a space.
local first = redis.call('LINDEX', KEYS[1], 0)
if not first then return {} end
local skip = tonumber(ARGV[1]) + 1 - tonumber(string.match(first, '^%d+'))
return redis.call('LRANGE', KEYS[1], math.max(skip, 0), -1)
