-- KEYS: table, record, the table of each row beside. ARGV: row, whether it is there, its value; what is recorded, or
-- nothing; then of the row itself and of each beside: row, whether it shall be there, its value. Returns whether it was.
local there = redis.call('HGET', KEYS[1], ARGV[1])
if (there and '1' or '0') ~= ARGV[2] or (there or '') ~= ARGV[3] then return 0 end
local function set(table, at)
  if ARGV[at + 1] == '1' then
    redis.call('HSET', table, ARGV[at], ARGV[at + 2])
  else
    redis.call('HDEL', table, ARGV[at])
  end
  redis.call('HINCRBY', table, '', 1)
end
set(KEYS[1], 5)
for beside = 3, #KEYS do set(KEYS[beside], 3 * beside - 1) end
if ARGV[4] ~= '' then redis.call('XADD', KEYS[2], '*', 'r', ARGV[4]) end
return 1
