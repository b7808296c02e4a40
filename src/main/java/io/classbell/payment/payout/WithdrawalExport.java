package io.classbell.payment.payout;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.classbell.payment.payout.model.Withdrawal;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes withdrawals as CSV (RFC 4180). A text that a spreadsheet would execute as a formula gets
 * an apostrophe in front.
 */
final class WithdrawalExport {
  private static final String[] HEADER = {
    "id",
    "createdAt",
    "userId",
    "credits",
    "provider",
    "destination",
    "currency",
    "value",
    "status",
    "reference",
    "reason",
    "firstApprover",
    "secondApprover",
    "updatedAt"
  };

  /** First characters of formulas, and those that spreadsheets skip in front of one. */
  private static final String FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

  static String csv(List<Withdrawal> withdrawals) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().quoteStrategy(QuoteStrategies.ALWAYS).build(text)) {
      csv.writeRecord(HEADER);
      withdrawals.forEach(w -> csv.writeRecord(fields(w)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String[] fields(Withdrawal w) {
    return new String[] {
      w.id(),
      w.createdAt().toString(),
      w.userId(),
      BigDecimal.valueOf(w.amount(), 2).toPlainString(),
      w.payee().provider(),
      safe(w.payee().destination()),
      w.payee().currency(),
      w.payee().value(),
      w.status().name(),
      safe(w.payment().reference()),
      safe(w.reason()),
      safe(w.decisions().firstApprover()),
      safe(w.decisions().secondApprover()),
      w.updatedAt().toString()
    };
  }

  /** Spreadsheets ignore blanks before a formula. */
  static String safe(@Nullable String text) {
    if (text == null) {
      return "";
    }
    boolean starts = !text.isEmpty() && isFormula(text.charAt(0));
    int visible = 0;
    while (visible < text.length() && isBlank(text.charAt(visible))) {
      visible++;
    }
    boolean hidden = visible < text.length() && isFormula(text.charAt(visible));
    return starts || hidden ? "'" + text : text;
  }

  private static boolean isBlank(char character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  private static boolean isFormula(char character) {
    return FORMULA.indexOf(character) >= 0;
  }

  private WithdrawalExport() {}
}
