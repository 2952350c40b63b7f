-- ARGV: key, owner, upto, until, fails, doubts. Nobody holds the lease `-`: the parcels wait for their time.
local tail, lease, keep = unpack(redis.call('HMGET', chat, 't', 'l', 'k'))
if not tail then return 0 end
if trim(tonumber(tail), tonumber(ARGV[3])) == 0 then
  settle(keep)
elseif lease == ARGV[2] then
  redis.call('HSET', chat, 'l', '-', 'f', ARGV[5], 'd', ARGV[6])
  redis.call('ZADD', due, ARGV[4], key)
end
return 0
