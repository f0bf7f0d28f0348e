package io.github.implicitbias.core.action;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The names that are known before a run begins, and the nearest to one that is misspelt. */
final class KnownNames {

  private static final int MOST_LISTED = 40;

  private final Collection<String> columns;
  private final Collection<String> predictions;
  private final Collection<String> rules;

  private final boolean layersAreKnown;

  /**
   * Takes what is known.
   *
   * @param layersAreKnown true if the columns are all there are; else one may be of a layer that
   *     comes with the run
   */
  KnownNames(
      Collection<String> columns,
      Collection<String> predictions,
      Collection<String> rules,
      boolean layersAreKnown) {
    this.layersAreKnown = layersAreKnown;
    this.columns = columns;
    this.predictions = predictions;
    this.rules = rules;
  }

  /** A column of one layer has the name of the layer behind the id. */
  void requireColumn(String name) {
    for (String id : columns) {
      boolean ofLayer = !layersAreKnown && name.startsWith(id + "[") && name.endsWith("]");
      if (name.equals(id) || ofLayer) {
        return;
      }
    }
    throw new IllegalArgumentException(sentence("there is no column", name, columns));
  }

  void requirePrediction(String id) {
    require("there is no prediction", id, predictions);
  }

  void requireRule(String id) {
    require("there is no rule", id, rules);
  }

  private static void require(String what, String name, Collection<String> known) {
    if (!known.contains(name)) {
      throw new IllegalArgumentException(sentence(what, name, known));
    }
  }

  static String sentence(String what, String name, Collection<String> known) {
    String nearest = nearest(name, known);
    String rest;
    if (nearest != null) {
      rest = ": did you mean '" + nearest + "'?";
    } else if (known.isEmpty()) {
      rest = ", and there are none";
    } else if (known.size() <= MOST_LISTED) {
      rest = "; there are " + String.join(", ", known);
    } else {
      rest = " among " + known.size();
    }
    return what + " '" + name + "'" + rest;
  }

  /** Returns the name at the least distance of at most a third of its length; null for none. */
  private static @Nullable String nearest(String name, Collection<String> known) {
    int least = Math.max(2, name.length() / 3) + 1;
    String nearest = null;
    for (String one : known) {
      int distance = distance(name, one);
      if (distance < least) {
        least = distance;
        nearest = one;
      }
    }
    return nearest;
  }

  /** Returns how many letters are to be put in, left out or replaced, whatever their case. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        char a = Character.toLowerCase(from.charAt(i - 1));
        char b = Character.toLowerCase(to.charAt(j - 1));
        int replaced = diagonal + (a == b ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
