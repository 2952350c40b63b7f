-- What a turn changes about requests, for commit.lua. KEYS from 7 on: open requests, where this one is kept once
-- closed, its thread, the line of its team, calls, record, changes. ARGV from `at` on: as named below; then what was
-- said, entries that read otherwise from now on, calls, records.
-- The line of a team it leaves, its pictures and what a forgotten person asked for are in keys not named in KEYS. They bear the hash
-- tag of those that are, so they live in the same slot; and while a slot moves to another node of a cluster, the server
-- refuses this turn, because some of the keys named here are there only at times.
local function forget_members(set, key)
  for _, member in ipairs(redis.call('ZRANGE', set, 0, -1)) do
    if string.sub(member, 1, #key + 1) == key .. '\n' then redis.call('ZREM', set, member) end
  end
end

local function read_request(at)
  if at > #ARGV then return nil end
  local it = {argv = at + 12}
  it.open, it.shelf, it.thread, it.line, it.calls, it.record, it.changes = unpack(KEYS, 7, 13)
  it.code, it.place, it.body, it.opened_at, it.new = unpack(ARGV, at, at + 4)
  it.closed_keep, it.longest, it.picture_keep = unpack(ARGV, at + 5, at + 7)
  it.said, it.covered = tonumber(ARGV[at + 8]), tonumber(ARGV[at + 9])
  it.called, it.records = tonumber(ARGV[at + 10]), tonumber(ARGV[at + 11])
  it.prefix = string.sub(it.open, 1, -4)
  it.pictures = it.prefix .. 'pics' .. it.code
  it.before = redis.call('HGET', it.open, it.code)
  it.taken = it.new == '1' and (it.before or redis.call('EXISTS', it.shelf) == 1)
  return it
end

local function line_of(it, body)
  return it.prefix .. 'line' .. (cjson.decode(body).team or '')
end

-- The place is `line`, `held` or `closed`: the request is there from now on, and nowhere else.
local function place_request(it)
  local line = it.before and line_of(it, it.before)
  if line and (it.place ~= 'line' or line ~= it.line) then redis.call('ZREM', line, it.code) end
  if it.place == 'closed' then
    redis.call('HDEL', it.open, it.code)
    redis.call('SET', it.shelf, it.body, 'EX', it.closed_keep)
    redis.call('EXPIRE', it.pictures, it.picture_keep)
  else
    redis.call('HSET', it.open, it.code, it.body)
    if not it.before then
      redis.call('DEL', it.shelf)
      redis.call('PERSIST', it.pictures)
    end
    if it.new == '1' then redis.call('DEL', it.thread, it.pictures) end
    if it.place == 'line' then redis.call('ZADD', it.line, it.opened_at, it.code) end
  end
end

-- An entry that begins with `*` is a message to the resident: the numbers of its parcels, `first` to `tail`, stand there instead.
local function say(it, first, tail)
  local last = redis.call('LINDEX', it.thread, -1)
  local number = last and tonumber(string.match(last, '^%d+')) or 0
  local sent = {}
  for parcel = first, tail do table.insert(sent, parcel) end
  local mark = #sent > 0 and table.concat(sent, ',') .. ' ' or ''
  for i = 1, it.said do
    local entry = ARGV[it.argv + i - 1]
    if string.sub(entry, 1, 1) == '*' then entry = mark .. string.sub(entry, 2) end
    redis.call('RPUSH', it.thread, (number + i) .. ' ' .. entry)
  end
  redis.call('LTRIM', it.thread, -it.longest, -1)
end

-- Only what is there: the oldest entries may have been cut off meanwhile.
local function cover(it)
  local first = tonumber(string.match(redis.call('LINDEX', it.thread, 0) or '', '^%d+'))
  for i = it.argv + it.said, it.argv + it.said + it.covered - 1 do
    local place = tonumber(string.match(ARGV[i], '^%d+')) - (first or math.huge)
    if place >= 0 and redis.call('LINDEX', it.thread, place) then redis.call('LSET', it.thread, place, ARGV[i]) end
  end
end

local function save_request(it, now, first, tail)
  if it.body ~= '' then place_request(it) end
  if it.covered > 0 then cover(it) end
  if it.said > 0 then say(it, first, tail) end
  if it.body ~= '' or it.said > 0 or it.covered > 0 then
    if redis.call('HEXISTS', it.open, it.code) == 1 then
      redis.call('PERSIST', it.thread)
    else
      redis.call('EXPIRE', it.thread, it.closed_keep)
    end
    redis.call('INCR', it.changes)
  end
  local at = it.argv + it.said + it.covered
  for i = at, at + it.called - 1 do redis.call('ZADD', it.calls, now, ARGV[i]) end
  at = at + it.called
  for i = at, at + it.records - 1 do redis.call('XADD', it.record, '*', 'r', ARGV[i]) end
end

-- Calls that this very turn makes come later, and stay.
local function forget_requests(it, key, asked)
  for code in string.gmatch((asked or '') .. ' ' .. it.code, '%S+') do
    local body = redis.call('HGET', it.open, code)
    if body then
      redis.call('ZREM', line_of(it, body), code)
      redis.call('HDEL', it.open, code)
    end
    redis.call('DEL', it.prefix .. 'x' .. code, it.prefix .. 'said' .. code, it.prefix .. 'pics' .. code)
  end
  redis.call('INCR', it.changes)
  forget_members(it.calls, key)
end
