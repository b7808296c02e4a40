-- Devices are identified by a token or an installation id of Firebase, or by a subscription of a browser with its keys.
ALTER TABLE device
  ADD COLUMN kind   VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'token', -- token, fid, web_push
  ADD COLUMN p256dh VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN auth   VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NULL;

-- Each channel takes its own deliveries, however many others are due.
ALTER TABLE delivery ADD KEY ix_delivery_channel_next (channel, next_at);
