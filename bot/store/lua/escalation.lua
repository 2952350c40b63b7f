-- KEYS: open requests, where this one is kept once closed. ARGV: code. Returns {request, whether it is open}.
local body = redis.call('HGET', KEYS[1], ARGV[1])
if body then return {body, 1} end
return {redis.call('GET', KEYS[2]), 0}
