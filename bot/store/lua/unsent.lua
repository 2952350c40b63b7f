-- KEYS: the partition's due times. ARGV: what begins the names of a conversation's hash and of its outbox.
-- Returns {channel, how many conversations wait, the first `q` of them, how many parcels, ...}.
local count, first, parcels, found = {}, {}, {}, {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local channel = string.match(key, '^[^:]*')
  local queued = tonumber(redis.call('HGET', ARGV[1] .. key, 'q') or redis.call('ZSCORE', KEYS[1], key))
  count[channel] = (count[channel] or 0) + 1
  parcels[channel] = (parcels[channel] or 0) + redis.call('LLEN', ARGV[2] .. key)
  if queued < (first[channel] or queued + 1) then first[channel] = queued end
end
for channel, conversations in pairs(count) do
  table.insert(found, channel)
  table.insert(found, conversations)
  table.insert(found, string.format('%.0f', first[channel]))
  table.insert(found, parcels[channel])
end
return found
