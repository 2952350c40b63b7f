-- What workers that are known to be dead had on lease may be taken over now.
-- KEYS: the partition's due times. ARGV: what begins the name of a conversation's hash, what begins the names of the
-- dead. Nobody holds the lease `-`: those parcels wait for their time. Returns how many it freed.
local freed = 0
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local lease = redis.call('HGET', ARGV[1] .. key, 'l')
  if lease and lease ~= '-' and string.sub(lease, 1, #ARGV[2]) == ARGV[2] then
    redis.call('ZADD', KEYS[1], 0, key)
    freed = freed + 1
  end
end
return freed
