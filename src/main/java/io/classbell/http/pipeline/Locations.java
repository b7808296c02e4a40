package io.classbell.http.pipeline;

import io.classbell.http.contract.Contract;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Determines the {@code Location} header of a 201. */
final class Locations {

  /** Paths by operation; {@code {id}} is replaced by the id in the response. */
  private static final Map<String, String> PATHS =
      Map.of(
          "register", "/me",
          "createSlot", "/meetings/{id}",
          "createSlotSeries", "/teachers/me/slots",
          "book", "/bookings/{id}",
          "deposit", "/wallet/transactions",
          "startPurchase", "/wallet/purchases/{id}",
          "refundPurchase", "/admin/purchases");

  private Locations() {}

  /** Returns the path of the created resource, of the list that contains it, or of the request. */
  static String of(String operation, RoutingContext rc, @Nullable Buffer body) {
    String path = PATHS.get(operation);
    if (path == null) {
      return rc.normalizedPath();
    }
    if (!path.contains("{id}")) {
      return Contract.PREFIX + path;
    }
    String id = body == null ? null : new JsonObject(body).getString("id");
    return id == null ? rc.normalizedPath() : Contract.PREFIX + path.replace("{id}", id);
  }
}
