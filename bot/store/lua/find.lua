-- KEYS: open requests. ARGV: code, what the keys of conversations begin with. Returns {request, version, session}.
-- The conversation's key is known from the request alone; it bears the same hash tag, so it is in the same slot.
local body = redis.call('HGET', KEYS[1], ARGV[1])
if not body then return false end
local chat = cjson.decode(body).chat
local key = chat.channel .. ':' .. chat.chat
if chat.person ~= chat.chat then key = key .. ':' .. chat.person end
local version, session = unpack(redis.call('HMGET', ARGV[2] .. key, 'v', 's'))
return {body, version, session}
