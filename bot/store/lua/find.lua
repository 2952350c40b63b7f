-- KEYS: open requests. ARGV: code, what the keys of conversations begin with, what those of messages begin with, the
-- id of a message, how much of its hash is kept.
-- Returns {request, version, session, whether the message had its effect before}.
-- The conversation's key is known from the request alone; it bears the same hash tag, so it is in the same slot.
local body = redis.call('HGET', KEYS[1], ARGV[1])
if not body then return false end
local chat = cjson.decode(body).chat
local key = chat.channel .. ':' .. chat.chat
if chat.person ~= chat.chat then key = key .. ':' .. chat.person end
local version, session = unpack(redis.call('HMGET', ARGV[2] .. key, 'v', 's'))
local message = string.sub(redis.sha1hex(key .. '\n' .. ARGV[4]), 1, ARGV[5])
return {body, version, session, redis.call('EXISTS', ARGV[3] .. message)}
