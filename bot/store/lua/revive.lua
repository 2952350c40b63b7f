-- KEYS: as in outbox.lua, the dead letters and the changes of requests. ARGV: key, number, the time, the longest time to
-- live, lease, what begins the name of a thread.
-- Its parcel goes behind what waits in the conversation. Returns 1 where there was such a letter, and somebody to get it.
-- Threads are not named in KEYS: see request.lua.
-- The message that the parcel was of has it under another number from now on.
local function renumber(thread, old, new)
  for place, entry in ipairs(redis.call('LRANGE', thread, 0, -1)) do
    local number, parcels, said = string.match(entry, '^(%d+) ([%d,]+) (%[.*)$')
    local renamed, found = string.gsub(',' .. (parcels or '') .. ',', ',' .. old .. ',', ',' .. new .. ',')
    if found > 0 then
      redis.call('LSET', thread, place - 1, number .. ' ' .. string.sub(renamed, 2, -2) .. ' ' .. said)
      redis.call('INCR', KEYS[5])
    end
  end
end

if redis.call('HEXISTS', chat, 'v') == 0 then return 0 end
local letters, parcel = letters_of(KEYS[4], ARGV[2])
for _, letter in ipairs(letters) do redis.call('ZREM', KEYS[4], letter) end
if parcel == '' then return 0 end
local tail = redis.call('HINCRBY', chat, 't', 1)
for code in string.gmatch(redis.call('HGET', chat, 'x') or '', '%S+') do renumber(ARGV[6] .. code, ARGV[2], tail) end
if redis.call('RPUSH', outbox, parcel) == 1 then wait(time_ms(ARGV[3]), ARGV[4], ARGV[5]) end
return 1
