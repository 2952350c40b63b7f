-- ARGV: key, owner, upto, the time, for how long, fails, doubts. Nobody holds the lease `-`: the parcels wait for their time.
local tail, lease, keep = unpack(redis.call('HMGET', chat, 't', 'l', 'k'))
if not tail then return 0 end
if trim(tonumber(tail), tonumber(ARGV[3])) == 0 then
  settle(keep)
elseif lease == ARGV[2] then
  redis.call('HSET', chat, 'l', '-', 'f', ARGV[6], 'd', ARGV[7])
  redis.call('ZADD', due, time_ms(ARGV[4]) + ARGV[5], key)
end
return 0
