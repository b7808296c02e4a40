package io.classbell.payment.store;

import io.classbell.payment.model.Leg;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.Purchase.State;
import io.classbell.payment.model.Sighting;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL of purchases and their movements. A purchase changes only while its row is locked. */
public final class PurchaseStore {
  private static final String COLUMNS =
      "id, user_id, provider, amount, price, currency, state, checkout_ref, payment_ref,"
          + " checkout_url, expires_at, created_at, credited_at, refunded, charged_back, returned";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM purchase";

  private static final Insert PURCHASES =
      Insert.into(
          "purchase",
          "id",
          "command_id",
          "user_id",
          "provider",
          "amount",
          "price",
          "currency",
          "state",
          "attempt",
          "expires_at",
          "checked_at",
          "created_at",
          "refunded",
          "charged_back",
          "returned");

  private static final String LEG_COLUMNS =
      "command_id, purchase_id, kind, ref, money, currency, credits, loss, reason";

  private static final Insert LEGS =
      Insert.into(
          "payment_leg",
          "command_id",
          "purchase_id",
          "provider",
          "kind",
          "ref",
          "money",
          "currency",
          "credits",
          "loss",
          "reason",
          "created_at");

  /** A purchase that a command made, with the number of the provider's key. */
  public record Started(Purchase purchase, int attempt) {}

  /** A movement with what its posting needs. */
  public record StoredLeg(Leg leg, Provider provider, @Nullable String userId, boolean posted) {}

  public void insert(Tx tx, Purchase p, String commandId, Instant checkedAt) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(
        new @Nullable Object[] {
          p.id(),
          commandId,
          p.userId(),
          p.provider().name(),
          p.amount(),
          p.price(),
          p.currency(),
          p.state().name(),
          1,
          p.expiresAt(),
          checkedAt,
          p.createdAt(),
          0L,
          0L,
          0L
        });
    PURCHASES.rows(tx, rows);
  }

  public @Nullable Started byCommand(Sql sql, String commandId) {
    return sql.first(
        "SELECT " + COLUMNS + ", attempt FROM purchase WHERE command_id = ?",
        row -> new Started(purchase(row), row.getInteger("attempt")),
        commandId);
  }

  public @Nullable Purchase find(Sql sql, String id) {
    return sql.first(SELECT + " WHERE id = ?", PurchaseStore::purchase, id);
  }

  /** Returns the id of the purchase that a sighting names; null if there is none. */
  public @Nullable String identify(Sql sql, Sighting seen) {
    String provider = seen.provider().name();
    String id = null;
    if (seen.purchaseId() != null) {
      id =
          sql.first(
              "SELECT id FROM purchase WHERE id = ? AND provider = ?",
              row -> row.getString("id"),
              seen.purchaseId(),
              provider);
    }
    if (id == null && seen.checkoutRef() != null) {
      id =
          sql.first(
              "SELECT id FROM purchase WHERE checkout_ref = ? AND provider = ?",
              row -> row.getString("id"),
              seen.checkoutRef(),
              provider);
    }
    if (id == null && seen.paymentRef() != null) {
      id =
          sql.first(
              "SELECT id FROM purchase WHERE payment_ref = ? AND provider = ?",
              row -> row.getString("id"),
              seen.paymentRef(),
              provider);
    }
    return id;
  }

  /** Locks a purchase until the end of the transaction. */
  public @Nullable Purchase lock(Tx tx, String id) {
    return tx.first(SELECT + " WHERE id = ? FOR UPDATE", PurchaseStore::purchase, id);
  }

  /** Writes the state of a locked purchase. */
  public void update(Tx tx, Purchase p) {
    tx.execute(
        "UPDATE purchase SET state = ?, payment_ref = ?, checkout_url = ?, refunded = ?,"
            + " charged_back = ?, returned = ? WHERE id = ?",
        p.state().name(),
        p.paymentRef(),
        p.checkoutUrl(),
        p.refunded(),
        p.chargedBack(),
        p.returned(),
        p.id());
  }

  /** Stores the checkout of a purchase that has none; returns whether it was stored. */
  public boolean opened(Tx tx, String id, String ref, String url) {
    return tx.execute(
            "UPDATE purchase SET checkout_ref = ?, checkout_url = ?"
                + " WHERE id = ? AND checkout_ref IS NULL AND state = 'pending'",
            ref,
            url,
            id)
        > 0;
  }

  /** Moves on to the next idempotency key of the provider. */
  public void nextAttempt(Tx tx, String id, int attempt) {
    tx.execute(
        "UPDATE purchase SET attempt = ? WHERE id = ? AND attempt = ?", attempt + 1, id, attempt);
  }

  /**
   * Claims the right to ask the provider: true for one caller, if nobody asked since {@code
   * before}.
   */
  public boolean claimCheck(Tx tx, String id, Instant realNow, Instant before) {
    return tx.execute(
            "UPDATE purchase SET checked_at = ? WHERE id = ? AND checked_at <= ?",
            realNow,
            id,
            before)
        > 0;
  }

  /** Lists purchases with lower ids, which are older; newest first. */
  public List<Purchase> list(Sql sql, @Nullable String userId, String below, int limit) {
    return userId == null
        ? sql.list(
            SELECT + " WHERE id < ? ORDER BY id DESC LIMIT ?",
            PurchaseStore::purchase,
            below,
            limit)
        : sql.list(
            SELECT + " WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
            PurchaseStore::purchase,
            userId,
            below,
            limit);
  }

  /** Returns all movements of a purchase that reverse or credit it; not those in suspense. */
  public List<Leg> legs(Sql sql, String purchaseId) {
    return sql.list(
        "SELECT " + LEG_COLUMNS + " FROM payment_leg WHERE purchase_id = ?",
        PurchaseStore::leg,
        purchaseId);
  }

  public void insert(Tx tx, Provider provider, List<Leg> legs, Instant now) {
    LEGS.rows(
        tx,
        legs.stream()
            .map(
                l ->
                    new @Nullable Object[] {
                      l.command(),
                      l.purchaseId(),
                      provider.name(),
                      l.kind().name(),
                      l.ref(),
                      l.money(),
                      l.currency(),
                      l.credits(),
                      l.loss(),
                      l.reason(),
                      now
                    })
            .toList());
  }

  public boolean hasLeg(Sql sql, String command) {
    return sql.first(
            "SELECT command_id FROM payment_leg WHERE command_id = ?",
            row -> row.getString("command_id"),
            command)
        != null;
  }

  public @Nullable StoredLeg leg(Sql sql, String command) {
    return sql.first(
        "SELECT l.command_id, l.purchase_id, l.kind, l.ref, l.money, l.currency, l.credits, l.loss,"
            + " l.reason, l.provider, l.posted_at, p.user_id"
            + " FROM payment_leg l LEFT JOIN purchase p ON p.id = l.purchase_id"
            + " WHERE l.command_id = ?",
        row ->
            new StoredLeg(
                leg(row),
                Provider.valueOf(row.getString("provider")),
                row.getString("user_id"),
                row.getLocalDateTime("posted_at") != null),
        command);
  }

  /** Marks a movement as posted; true for the first caller. */
  public boolean posted(Tx tx, Leg leg, Instant now) {
    boolean first =
        tx.execute(
                "UPDATE payment_leg SET posted_at = ? WHERE command_id = ? AND posted_at IS NULL",
                now,
                leg.command())
            > 0;
    if (first && leg.kind() == Leg.Kind.credit) {
      tx.execute(
          "UPDATE purchase SET credited_at = ? WHERE id = ? AND credited_at IS NULL",
          now,
          leg.purchaseId());
    }
    return first;
  }

  private static Purchase purchase(Row row) {
    return new Purchase(
        row.getString("id"),
        row.getString("user_id"),
        Provider.valueOf(row.getString("provider")),
        row.getLong("amount"),
        row.getLong("price"),
        row.getString("currency"),
        State.valueOf(row.getString("state")),
        row.getString("checkout_ref"),
        row.getString("payment_ref"),
        row.getString("checkout_url"),
        Sql.instant(row, "expires_at"),
        Sql.instant(row, "created_at"),
        Sql.instantOrNull(row, "credited_at"),
        row.getLong("refunded"),
        row.getLong("charged_back"),
        row.getLong("returned"));
  }

  private static Leg leg(Row row) {
    return new Leg(
        row.getString("command_id"),
        row.getString("purchase_id"),
        Leg.Kind.valueOf(row.getString("kind")),
        row.getString("ref"),
        row.getLong("money"),
        row.getString("currency"),
        row.getLong("credits"),
        row.getLong("loss"),
        row.getString("reason"));
  }
}
