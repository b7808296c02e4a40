package io.classbell;

import io.classbell.booking.BookingVerticle;
import io.classbell.platform.Node;
import io.classbell.wallet.WalletVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Which verticle plays which role, and on what threads. */
final class Roles {
  private Roles() {}

  /** A verticle and how it is deployed. */
  record Deployment(Supplier<VerticleBase> verticle, DeploymentOptions options) {}

  /** HTTP last: when a node takes requests, whoever is to answer them is there. */
  static List<NodeSettings.Role> inOrder(List<NodeSettings.Role> roles) {
    return roles.stream()
        .sorted(Comparator.comparing(role -> role == NodeSettings.Role.HTTP))
        .toList();
  }

  static Deployment deployment(NodeSettings.Role role, Node node, Settings settings) {
    return switch (role) {
      case BOOKING -> onVirtualThreads(() -> new BookingVerticle(node, settings.booking()));
      case WALLET -> onVirtualThreads(() -> new WalletVerticle(node, settings.wallet()));
      case HTTP, ACCOUNT, SCHEDULE, NOTIFICATION -> onVirtualThreads(Nothing::new);
    };
  }

  private static Deployment onVirtualThreads(Supplier<VerticleBase> verticle) {
    return new Deployment(
        verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
  }

  private static final class Nothing extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.succeededFuture();
    }
  }
}
