-- KEYS: conversation, outbox, dead letters, thread. ARGV: key, the time, how long (ms) and how many letters are kept.
-- Returns {number of the last parcel, how many wait, from when on (ms) no letter is missing, {letters}, {how each message
-- to the resident begins: its number, those of its parcels, when it was written}}.
local key, now, most = ARGV[1], time_ms(ARGV[2]), tonumber(ARGV[4])
local since, letters, entries = now - ARGV[3], {}, {}
local kept = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. string.format('%.0f', since), '+inf', 'WITHSCORES')
if #kept >= 2 * most then since = tonumber(kept[2]) end
for i = 1, #kept, 2 do
  if string.sub(kept[i], 1, #key + 1) == key .. '\n' then table.insert(letters, kept[i]) end
end
for _, entry in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
  local begins = string.match(entry, '^%d+ [%d,]+ %[%d+')
  if begins then table.insert(entries, begins) end
end
return {tonumber(redis.call('HGET', KEYS[1], 't') or 0), redis.call('LLEN', KEYS[2]), since, letters, entries}
