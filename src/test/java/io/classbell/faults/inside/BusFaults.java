package io.classbell.faults.inside;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Loses, doubles and delays what other nodes send: requests, answers and events alike. The file
 * holds four numbers: how many of a hundred messages are lost, doubled, delayed, and by how many
 * milliseconds at most; without the file every message passes.
 */
final class BusFaults {
  private static final long LOOK_NANOS = 20_000_000;

  /** The platform's own codec: a message that came over the wire goes on as it came. */
  private static final String CODEC = "classbell";

  private static final String COPY = "faults.copy";

  private record Odds(int lost, int doubled, int delayed, int mostMillis) {
    static final Odds NONE = new Odds(0, 0, 0, 0);

    static Odds of(String text) {
      String[] n = text.strip().split(" ");
      return new Odds(
          Integer.parseInt(n[0]),
          Integer.parseInt(n[1]),
          Integer.parseInt(n[2]),
          Integer.parseInt(n[3]));
    }
  }

  private final Vertx vertx;
  private final Path file;
  private final Random dice;
  private volatile Odds odds = Odds.NONE;
  private volatile long looked = System.nanoTime() - LOOK_NANOS;

  BusFaults(Vertx vertx, Path file, Random dice) {
    this.vertx = vertx;
    this.file = file;
    this.dice = dice;
  }

  /** A message is about to reach its handler. */
  void meet(DeliveryContext<Object> delivery) {
    Message<Object> message = delivery.message();
    Odds now = odds();
    boolean fromElsewhere =
        message instanceof ClusteredMessage<?, ?> clustered && clustered.isFromWire();
    if (!fromElsewhere || now.equals(Odds.NONE)) {
      delivery.next();
      return;
    }
    int roll = dice.nextInt(100);
    if (roll < now.lost) {
      return;
    }
    if (roll < now.lost + now.doubled) {
      copy(message);
      delivery.next();
    } else if (roll < now.lost + now.doubled + now.delayed) {
      vertx.setTimer(1 + dice.nextInt(now.mostMillis), t -> delivery.next());
    } else {
      delivery.next();
    }
  }

  /** The same once more, to whichever node; who asked hears one answer only. */
  private void copy(Message<Object> message) {
    if (message.isSend()
        && message.replyAddress() != null
        && !message.headers().contains(COPY)
        && message.body() != null) {
      DeliveryOptions options =
          new DeliveryOptions()
              .setCodecName(CODEC)
              .setHeaders(
                  io.vertx.core.MultiMap.caseInsensitiveMultiMap().addAll(message.headers()))
              .addHeader(COPY, "yes");
      vertx.eventBus().send(message.address(), message.body(), options);
    }
  }

  private Odds odds() {
    long now = System.nanoTime();
    if (now - looked > LOOK_NANOS) {
      looked = now;
      try {
        odds = Files.exists(file) ? Odds.of(Files.readString(file)) : Odds.NONE;
      } catch (IOException removedMeanwhile) {
        odds = Odds.NONE;
      }
    }
    return odds;
  }
}
