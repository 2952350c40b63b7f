-- One turn: whole, or nothing of it. It reads and refuses first; from the first write on nothing can fail.
-- KEYS: conversation, outbox, due, timers, counters, this message; then what request.lua names, when the turn has to do with one.
-- ARGV names them below; then parcels, timers (member, time), counters; then what request.lua takes.
-- Returns 2 * tail (+ 1 when the lease is ours), -1 when the conversation moved on, -2 when the code is taken, -3 when
-- the message had its effect before.
local chat, outbox, due, timers, counters, answered = unpack(KEYS, 1, 6)
local key, before, session, owner, lease_ms, keep, longest, log_length, forget = unpack(ARGV, 1, 9)
local log_limit, day, has_id, now = unpack(ARGV, 10, 13)
local parcels, marks, events, at = tonumber(ARGV[14]), tonumber(ARGV[15]), tonumber(ARGV[16]), 17
now = time_ms(now)
local pulled = log_length ~= '0'

-- How much of the log is kept: what was added in the last day, and up to one more. `g` is when the day began, the tail
-- then, and the tail when the day before began.
local function log_of_the_day(mark, old, tail)
  local seconds = math.floor(now / 1000)
  local began, first, older = string.match(mark or '', '^(%d+) (%d+) (%d+)$')
  if not began then
    began, first, older = seconds, old, old
  elseif seconds - began >= tonumber(day) then
    began, first, older = seconds, old, first
  end
  local length = math.max(tonumber(log_length), tail - older)
  return math.min(length, tonumber(log_limit)), string.format('%d %d %d', began, first, older)
end

local version, tail, lease, kept, asked, mark = unpack(redis.call('HMGET', chat, 'v', 't', 'l', 'k', 'x', 'g'))
if (version or '0') ~= before then return -1 end
local request = read_request(at + parcels + 2 * marks + events)
if request and request.taken then return -2 end
local old = tonumber(tail or 0)
tail = old + parcels
if has_id == '1' and not redis.call('SET', answered, tail .. ' ' .. parcels, 'EX', day, 'NX') then return -3 end

if forget == '1' then
  if pulled then redis.call('DEL', outbox) end
  forget_requests(request, key, asked)
  forget_members(timers, key)
  forget_members(KEYS[14], key)
  redis.call('HDEL', chat, 'x')
end

local fields, ours, life = {'v', before + 1, 's', session}, 0, keep
if parcels > 0 then
  local length = redis.call('RPUSH', outbox, unpack(ARGV, at, at + parcels - 1))
  table.insert(fields, 't')
  table.insert(fields, tail)
  if pulled then
    local length, new_mark = log_of_the_day(mark, old, tail)
    redis.call('LTRIM', outbox, -length, -1)
    table.insert(fields, 'g')
    table.insert(fields, new_mark)
  elseif length == parcels then
    -- Parcels of earlier turns go first: whoever holds them, or takes them over, gets these with them.
    ours = 1
    table.insert(fields, 'l')
    table.insert(fields, owner)
    table.insert(fields, 'q')
    table.insert(fields, string.format('%.0f', now + lease_ms))
    redis.call('ZADD', due, now + lease_ms, key)
  end
end
if pulled then
  redis.call('EXPIRE', outbox, keep)
elseif parcels > 0 or lease then
  -- What waits to be sent outlives a short session; `k` is the session's own time, for when all is sent.
  life = longest
end
if life ~= keep then
  table.insert(fields, 'k')
  table.insert(fields, keep)
elseif kept then
  redis.call('HDEL', chat, 'k')
end
if request then
  local codes = asked and asked .. ' ' or ''
  if request.body ~= '' and not string.find(' ' .. codes, ' ' .. request.code .. ' ', 1, true) then
    table.insert(fields, 'x')
    table.insert(fields, codes .. request.code)
  end
  save_request(request, now, pulled and tail + 1 or old + 1, tail)
end
redis.call('HSET', chat, unpack(fields))
redis.call('EXPIRE', chat, life)

at = at + parcels
for i = at, at + 2 * marks - 1, 2 do
  if ARGV[i + 1] == '0' then
    redis.call('ZREM', timers, ARGV[i])
  else
    redis.call('ZADD', timers, ARGV[i + 1], ARGV[i])
  end
end
at = at + 2 * marks
for i = at, at + events - 1 do
  redis.call('HINCRBY', counters, ARGV[i], 1)
end
return 2 * tail + ours
