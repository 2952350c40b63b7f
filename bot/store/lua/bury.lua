-- KEYS: dead letters. ARGV: the letter, the time, how long (ms) and how many are kept.
bury(KEYS[1], ARGV[1], time_ms(ARGV[2]), ARGV[3], ARGV[4])
return 0
