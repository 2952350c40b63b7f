-- KEYS: as in outbox.lua, the dead letters and the changes of requests. ARGV: key, number, the time, the longest time to
-- live, lease. Its parcel stands before what waits, where it was, and failed once. Returns 0 where that must be tried again.
-- In one whose next parcel was sent in doubt it would hide that.
local tail, lease, doubts, asked = unpack(redis.call('HMGET', chat, 't', 'l', 'd', 'x'))
local letters, parcel = letters_of(KEYS[4], ARGV[2])
local length = redis.call('LLEN', outbox)
local left = (tail or 0) - length
if parcel == '' or left > tonumber(ARGV[2]) or (doubts or '0') ~= '0' then return 1 end
if left < tonumber(ARGV[2]) or (length > 0 and lease ~= '-') then return 0 end
for _, letter in ipairs(letters) do redis.call('ZREM', KEYS[4], letter) end
redis.call('LPUSH', outbox, parcel)
redis.call('HSET', chat, 'f', 1)
if length == 0 then wait(time_ms(ARGV[3]), ARGV[4], ARGV[5]) end
if asked then redis.call('INCR', KEYS[5]) end
return 1
