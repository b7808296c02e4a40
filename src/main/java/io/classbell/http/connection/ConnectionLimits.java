package io.classbell.http.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import io.classbell.http.limit.ClientAddress;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.log.LogThrottle;
import io.micrometer.core.instrument.Counter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caps the open connections of a node's public port, by client address and in all.
 *
 * <p>A small reserve of connections above a cap stays open and serves health checks only, so that a
 * load balancer can still check the node. When the reserve is full, its oldest connection is closed
 * for the newest one. Connections are counted when they are accepted, before a TLS handshake or a
 * request. One instance per node; safe from any thread.
 */
public final class ConnectionLimits {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);

  /** Connections above the caps on which health checks are answered. */
  public static final int RESERVE = 64;

  /** Open files reserved for the database, Redis, the cluster, logs and libraries. */
  private static final int OTHER_FILES = 512;

  /** One address may hold at most this fraction (1/n) of all connections. */
  private static final int LARGEST_PART = 2;

  private static final int MOST_PER_ADDRESS = 4_000;

  private static final AttributeKey<Boolean> HEALTH_ONLY =
      AttributeKey.valueOf("classbell.healthOnly");
  private static final String ACCEPT_HANDLER = "classbell.connectionLimits";

  private final int most;
  private final int mostPerAddress;
  private final ClientAddress addresses;
  private final Counter refused;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
  private final Deque<Channel> reserve = new ArrayDeque<>();
  private final AtomicReference<@Nullable Channel> listening = new AtomicReference<>();
  private final LogThrottle limitReachedLog = new LogThrottle(Duration.ofMinutes(1));

  /**
   * The most connections of one address.
   *
   * @param setting the configured number; null where it is not set
   * @param most the most connections in all
   */
  public static int perAddress(@Nullable Integer setting, int most, boolean testMode) {
    if (setting == null && testMode) {
      return most;
    }
    int wanted = setting == null ? MOST_PER_ADDRESS : setting;
    return Math.max(1, Math.min(wanted, most / LARGEST_PART));
  }

  /**
   * @param addresses identifies trusted proxies, which have no cap per address
   * @param refused counts connections above a cap
   */
  public ConnectionLimits(int most, int mostPerAddress, ClientAddress addresses, Counter refused) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
    this.addresses = addresses;
    this.refused = refused;
  }

  /**
   * The cap that the process can keep: the configured one, or less where the process may have fewer
   * open files ({@code ulimit -n}). Half of the open files are left for other things, at most
   * {@link #OTHER_FILES}.
   */
  public static int withinOpenFiles(int configured) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      int possible = possibleConnections(system.getMaxFileDescriptorCount());
      if (possible < configured) {
        LOG.warn(
            "http.maxConnections is lowered to {}, because the process may have {} open files only"
                + " (ulimit -n)",
            possible,
            system.getMaxFileDescriptorCount());
        return possible;
      }
    }
    return configured;
  }

  public static int possibleConnections(long openFiles) {
    long possible = openFiles - Math.min(OTHER_FILES, openFiles / 2) - RESERVE;
    return Math.clamp(possible, 1, Integer.MAX_VALUE);
  }

  /** Counts a connection unless it was counted when it was accepted. */
  public void opened(Channel channel) {
    admit(channel);
    Channel server = channel.parent();
    if (server != null && listening.getAndSet(server) != server) {
      // The library exposes its listening socket only as the parent of a connection.
      server
          .eventLoop()
          .execute(
              () -> {
                if (server.pipeline().get(ACCEPT_HANDLER) == null) {
                  server.pipeline().addFirst(ACCEPT_HANDLER, new CountAccepted());
                }
              });
    }
  }

  /** Whether the connection is above a cap: only health checks are answered on it. */
  public boolean isHealthOnly(Channel channel) {
    return Boolean.TRUE.equals(channel.attr(HEALTH_ONLY).get());
  }

  /** Connections within the caps. */
  public int open() {
    return open.get();
  }

  private void admit(Channel channel) {
    if (channel.attr(HEALTH_ONLY).get() != null) {
      return;
    }
    String address = addressOf(channel);
    if (isWithinCaps(address)) {
      channel.attr(HEALTH_ONLY).set(false);
      channel.closeFuture().addListener(closed -> release(address));
      return;
    }
    channel.attr(HEALTH_ONLY).set(true);
    refused.increment();
    if (limitReachedLog.isDue()) {
      LOG.warn(
          "The limit of connections is reached; further connections serve health checks only: open={} most={} mostPerAddress={}",
          open.get(),
          most,
          mostPerAddress);
    }
    keepInReserve(channel);
  }

  private boolean isWithinCaps(String address) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return false;
    }
    if (byAddress.merge(address, 1, Integer::sum) > mostPerAddress && !addresses.isProxy(address)) {
      release(address);
      return false;
    }
    return true;
  }

  private void release(String address) {
    open.decrementAndGet();
    byAddress.computeIfPresent(address, (a, count) -> count > 1 ? count - 1 : null);
  }

  private void keepInReserve(Channel channel) {
    Channel oldest;
    synchronized (reserve) {
      reserve.addLast(channel);
      oldest = reserve.size() > RESERVE ? reserve.removeFirst() : null;
    }
    channel
        .closeFuture()
        .addListener(
            closed -> {
              synchronized (reserve) {
                reserve.remove(channel);
              }
            });
    if (oldest != null) {
      oldest.close();
    }
  }

  private static String addressOf(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
        ? ClientNetwork.of(peer.getAddress().getHostAddress())
        : "";
  }

  /** Counts each connection when it is accepted, in the pipeline of the listening socket. */
  @ChannelHandler.Sharable
  private final class CountAccepted extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel accepted) {
        admit(accepted);
      }
      context.fireChannelRead(message);
    }
  }
}
