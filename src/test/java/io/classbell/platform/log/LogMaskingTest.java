package io.classbell.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogMaskingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "550 5.1.1 <ada.l+x@mail.example.org>: no such user|550 5.1.1 <***>: no such user",
        "GET /api/v1/calendar/Zm9yIGV4YW1wbGU-_.ics failed|GET /api/v1/calendar/***.ics failed",
        "token eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiIxIn0.c2ln is bad|token *** is bad",
        "key sk_live_51Hx9 and whsec_abc/d are bad|key *** and *** are bad",
        "header Authorization: Bearer abcd.efgh-1234 refused|header Authorization: *** refused",
        "Duplicate entry 'it's a 'key'' for key 'uq_email'|Duplicate entry *** for key 'uq_email'",
        "Incorrect string value: '\\xF0' for column `c`.`n` at row 1"
            + "|Incorrect string value: *** for column `c`.`n` at row 1",
        "Truncated incorrect DOUBLE value: 'abc'|Truncated incorrect DOUBLE value: ***",
        "syntax to use near 'SELECT 'x' FROM t' at line 1|syntax to use near *** at line 1",
        "Cannot deserialize value of type `int` from String \"se\\\"cret\": not a valid int"
            + "|Cannot deserialize value of type `int` from String ***: not a valid int",
        "Unrecognized token 'secret': was expecting|Unrecognized token ***: was expecting",
        "Text 'secret' could not be parsed at index 0|Text *** could not be parsed at index 0"
      })
  void what_libraries_quote_is_not_shown(String said, String shown) {
    assertThat(LogMasking.over(said)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "account 01970000-0000-7000-8000-000000000001 registered: student",
        "java.lang.Object@1b2c3d4",
        "the user's booking 'x' was not found",
        "milestone \"open\" of meeting 1 failed"
      })
  void what_we_say_ourselves_stays(String said) {
    assertThat(LogMasking.over(said)).isEqualTo(said);
  }
}
