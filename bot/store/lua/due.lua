-- KEYS: a sorted set of conversations' keys, or of what begins with one. ARGV: upto, limit, channels.
-- Returns {member, score...}, lowest first. What is due of other channels is passed over, however much it is.
local page, from, found, wanted = 500, 0, {}, {}
for i = 3, #ARGV do wanted[ARGV[i]] = true end
repeat
  local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', from, page)
  for i = 1, #due, 2 do
    if wanted[string.match(due[i], '^[^:]*')] then
      table.insert(found, due[i])
      table.insert(found, due[i + 1])
      if #found == 2 * ARGV[2] then return found end
    end
  end
  from = from + page
until #due < 2 * page
return found
