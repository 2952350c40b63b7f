-- KEYS: a sorted set of conversations' keys, or of what begins with one. ARGV: the time, how long ago it must have been (ms), in how
-- many ms the set counts, limit, what begins the name of a conversation's hash where those with doubts are passed over,
-- else nothing, channels (`*`: all).
-- Returns {member, score...}, lowest first. What is due of other channels is passed over, however much it is.
local page, from, found, wanted, limit = 500, 0, {}, {}, tonumber(ARGV[4])
local upto = math.floor((time_ms(ARGV[1]) - ARGV[2]) / ARGV[3])
for i = 6, #ARGV do wanted[ARGV[i]] = true end
local function wants(member)
  if not wanted['*'] and not wanted[string.match(member, '^[^:]*')] then return false end
  return ARGV[5] == '' or (redis.call('HGET', ARGV[5] .. member, 'd') or '0') == '0'
end

repeat
  local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', upto, 'WITHSCORES', 'LIMIT', from, page)
  for i = 1, #due, 2 do
    if wants(due[i]) then
      table.insert(found, due[i])
      table.insert(found, due[i + 1])
      if #found == 2 * limit then return found end
    end
  end
  from = from + page
until #due < 2 * page
return found
