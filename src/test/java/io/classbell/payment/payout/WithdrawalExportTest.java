package io.classbell.payment.payout;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.payout.model.Withdrawal.Payee;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithdrawalExportTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=HYPERLINK(\"http://evil.example\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\uff1d1"
      })
  void a_formula_gets_an_apostrophe(String formula) {
    assertThat(WithdrawalExport.safe(formula)).isEqualTo("'" + formula);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Clara Hoffmann", "IBAN DE02 = 1", "", "a@example.org", "\u4e2d\u6587"})
  void other_texts_stay_as_they_are(String text) {
    assertThat(WithdrawalExport.safe(text)).isEqualTo(text);
  }

  @Test
  void quotes_and_line_breaks_stay_inside_their_field() {
    Withdrawal withdrawal =
        Withdrawal.create(
            "w1",
            "u1",
            2_505,
            new Payee("manual", "Say \"hi\",\n=1+1", "EUR", "25.05"),
            Instant.parse("2031-03-04T15:00:00Z"));
    assertThat(WithdrawalExport.csv(List.of(withdrawal)).lines().skip(1))
        .containsExactly(
            "\"w1\",\"2031-03-04T15:00:00Z\",\"u1\",\"25.05\",\"manual\",\"Say \"\"hi\"\",",
            "=1+1\",\"EUR\",\"25.05\",\"reserving\",\"\",\"\",\"\",\"\",\"2031-03-04T15:00:00Z\"");
  }
}
