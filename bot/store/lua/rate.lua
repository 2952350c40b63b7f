-- One rate, shared by workers for as long as their leases hold. KEYS: the shares, worker to "share wished until rested
-- resting". ARGV: worker, the time, wished, rate, lease (ms; 0 gives the share back), rest (ms). Returns the share.
-- What a worker had and has no more rests for as long as its messages count at the platform: `rested` until `resting`.
local me, now, wished, rate = ARGV[1], time_ms(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local lease, rest = tonumber(ARGV[5]), tonumber(ARGV[6])

local taken, mine, wishes = 0, {0, 0, 0}, {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local share, wish, ends, rested, resting = string.match(all[i + 1], '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
  share, ends, rested, resting = tonumber(share), tonumber(ends), tonumber(rested), tonumber(resting)
  if all[i] == me then
    mine = {ends + rest > now and share or 0, resting > now and rested or 0, resting}
  elseif ends + rest <= now and resting <= now then
    redis.call('HDEL', KEYS[1], all[i])
  else
    taken = taken + math.max(ends + rest > now and share or 0, resting > now and rested or 0)
    if ends > now then table.insert(wishes, tonumber(wish)) end
  end
end

-- Each gets what it wishes, as far as it goes round; what nobody wishes is shared evenly.
local share = 0
if lease > 0 then
  local others, left, sharers = #wishes, rate, #wishes + 1
  table.insert(wishes, wished)
  table.sort(wishes)
  local found = false
  for _, wish in ipairs(wishes) do
    local given = math.min(wish, left / sharers)
    if wish == wished and not found then share, found = given, true end
    left, sharers = left - given, sharers - 1
  end
  share = math.min(share + left / (others + 1), rate - taken)
  if share >= 1 and (others > 0 or taken > 0) then share = math.floor(share) end
  share = math.max(share, 0)
end
local had, rested, resting = mine[1], mine[2], mine[3]
if share < had then rested, resting = math.max(had, rested), now + rest end
redis.call('HSET', KEYS[1], me, string.format('%.4f %.4f %.0f %.4f %.0f', share, wished, now + lease, rested, resting))
redis.call('PEXPIRE', KEYS[1], 60000)
return string.format('%.4f', share)
