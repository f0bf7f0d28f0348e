package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Series;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Numbers, texts and bits as JSON has them: absent is null; what JSON has no number for is the text
 * "NaN", "Infinity" or "-Infinity"; patterns are base64 of the canonical words, little endian, so
 * that bit {@code i % 8} of byte {@code i / 8} of a unit is sample {@code i}.
 */
final class Values {

  private Values() {}

  static void add(ArrayNode values, double value) {
    if (Absent.is(value)) {
      values.addNull();
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      values.add(Double.toString(value));
    } else {
      values.add(value);
    }
  }

  static void put(ObjectNode values, String name, double value) {
    if (Absent.is(value)) {
      values.putNull(name);
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      values.put(name, Double.toString(value));
    } else {
      values.put(name, value);
    }
  }

  /** Puts a place in a list, null for none. */
  static void place(ObjectNode node, String name, long place) {
    node.put(name, place < 0 ? null : place);
  }

  static void series(ObjectNode node, Series series) {
    ArrayNode steps = node.putArray("steps");
    ArrayNode values = node.putArray("values");
    for (int i = 0; i < series.size(); i++) {
      steps.add(series.step(i));
      add(values, series.value(i));
    }
  }

  /** Returns a text of at most so many characters. */
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 2) + " …";
  }

  static String base64(long[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      bytes.putLong(word);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
