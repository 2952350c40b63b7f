-- KEYS: as in outbox.lua, and the dead letters. ARGV: key, what became of the parcels, the time, how long (ms) and how many letters
-- are kept. One letter says it of all that wait. The tail stays, so that numbers go on from where they were.
local tail, keep = unpack(redis.call('HMGET', chat, 't', 'k'))
local length = redis.call('LLEN', outbox)
if tail and length > 0 then
  local numbers = string.format('%d-%d', tail - length + 1, tail)
  bury(KEYS[4], key .. '\n' .. numbers .. '\n' .. ARGV[2] .. '\n', time_ms(ARGV[3]), ARGV[4], ARGV[5])
end
settle(keep)
return 0
