-- KEYS: table, record. ARGV: row, whether it is there, its value; whether it shall be there, its value; what is recorded
-- of it, or nothing. Returns whether it was so.
local there = redis.call('HGET', KEYS[1], ARGV[1])
if (there and '1' or '0') ~= ARGV[2] or (there or '') ~= ARGV[3] then return 0 end
if ARGV[4] == '1' then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[5])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
redis.call('HINCRBY', KEYS[1], '', 1)
if ARGV[6] ~= '' then redis.call('XADD', KEYS[2], '*', 'r', ARGV[6]) end
return 1
