-- Local time (+07:00) as the instant it is; the way back from local_time.
CREATE OR REPLACE MACRO instant(local) AS make_timestamptz(epoch_us(local) - 25200000000)
