package io.classbell.account.profile;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Admins;
import io.classbell.account.api.AccountApi.ListTeachers;
import io.classbell.account.api.AccountApi.ListUsers;
import io.classbell.account.api.AccountApi.PeopleByIds;
import io.classbell.account.api.AccountApi.Teachers;
import io.classbell.account.api.AccountApi.Users;
import io.classbell.account.model.UserAccount;
import io.classbell.account.store.AccountStore;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries for lists of users. Pages have a limit from 1 to 100. */
public final class ProfileQueries {
  private static final int MOST_IN_PAGE = 100;

  /** Sorts after every id. */
  private static final String LAST_ID = "g";

  private final Sql read;
  private final AccountStore accounts;
  private final boolean verifyEmail;

  /** {@code verifyEmail}: whether only verified addresses may be mailed. */
  public ProfileQueries(Node node, AccountStore accounts, boolean verifyEmail) {
    this.read = node.database().read();
    this.accounts = accounts;
    this.verifyEmail = verifyEmail;
  }

  /** Position of the last entry of a page that is ordered by name. */
  record NameCursor(String name, String id) {}

  /** Returns active teachers ordered by name, or only the requested one. */
  public Teachers teachers(ListTeachers list) {
    if (list.teacherId() != null) {
      UserAccount one = accounts.byId(read, list.teacherId());
      if (one == null || !one.isActive() || one.role() != Role.teacher) {
        return new Teachers(List.of(), null);
      }
      return new Teachers(List.of(one.person(verifyEmail)), null);
    }
    NameCursor after = nameCursor(list.cursor());
    int limit = limit(list.limit());
    List<UserAccount> rows = accounts.teachersAfter(read, after.name(), after.id(), limit + 1);
    List<UserAccount> page = rows.subList(0, Math.min(limit, rows.size()));
    String next = rows.size() > limit ? write(page.getLast()) : null;
    return new Teachers(page.stream().map(row -> row.person(verifyEmail)).toList(), next);
  }

  /** Returns the users that match the search, newest first; admins only. */
  public Users users(ListUsers list) {
    if (!list.admin().isAdmin()) {
      throw AccountApi.FORBIDDEN.refused();
    }
    if (list.cursor() != null && !Ids.isId(list.cursor())) {
      throw invalidCursor();
    }
    int limit = limit(list.limit());
    String before = list.cursor() == null ? LAST_ID : list.cursor();
    String text = list.query() == null || list.query().isBlank() ? null : list.query().strip();
    if (text != null && Ids.isId(text)) {
      UserAccount one = accounts.byId(read, text);
      return new Users(one == null ? List.of() : List.of(one.user()), null);
    }
    List<UserAccount> rows =
        accounts.before(read, before, text, list.role(), list.status(), limit + 1);
    List<UserAccount> page = rows.subList(0, Math.min(limit, rows.size()));
    String next = rows.size() > limit ? page.getLast().id() : null;
    return new Users(page.stream().map(UserAccount::user).toList(), next);
  }

  public AccountApi.People people(PeopleByIds people) {
    if (people.ids().isEmpty()) {
      return new AccountApi.People(List.of());
    }
    return peopleOf(accounts.byIds(read, people.ids()));
  }

  public AccountApi.People admins(Admins all) {
    return peopleOf(accounts.admins(read));
  }

  private AccountApi.People peopleOf(List<UserAccount> rows) {
    return new AccountApi.People(rows.stream().map(row -> row.person(verifyEmail)).toList());
  }

  private static int limit(int asked) {
    return Math.clamp(asked, 1, MOST_IN_PAGE);
  }

  private static String write(UserAccount last) {
    byte[] json = Json.writeBytes(new NameCursor(last.name(), last.id()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  private static NameCursor nameCursor(@Nullable String cursor) {
    if (cursor == null) {
      return new NameCursor("", "");
    }
    try {
      byte[] json = Base64.getUrlDecoder().decode(cursor);
      NameCursor read = Json.read(new String(json, StandardCharsets.UTF_8), NameCursor.class);
      if (read != null && read.name() != null && read.id() != null && Ids.isId(read.id())) {
        return read;
      }
    } catch (IllegalArgumentException malformed) {
      // Reported below, like a cursor that lacks a part.
    }
    throw invalidCursor();
  }

  private static RejectedException invalidCursor() {
    return RejectionCode.invalidCursor();
  }
}
