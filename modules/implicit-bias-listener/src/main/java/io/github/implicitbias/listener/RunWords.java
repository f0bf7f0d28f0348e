package io.github.implicitbias.listener;

import java.util.List;
import java.util.UUID;

/** The part of a {@link ListenerBuilder} that says how a run and what is in it are called. */
abstract class RunWords {

  private final SampleWords words = new SampleWords();
  private final RunDescription description = new RunDescription();
  String sessionId = "implicit-bias-" + UUID.randomUUID();
  String workerId = "worker-0";

  abstract ListenerBuilder self();

  /** Names the run for readers, on the page and in exports; empty by default. */
  public ListenerBuilder name(String given) {
    description.name(given);
    return self();
  }

  /** Notes something about the run: why it was made, what is to be looked at. */
  public ListenerBuilder note(String given) {
    description.note(given);
    return self();
  }

  /**
   * Gives the run a tag, such as {@code tag("width", "64")}: the page and exports show it, and runs
   * are found and sorted by it. A later tag of the same key takes the place of the former.
   */
  public ListenerBuilder tag(String key, String value) {
    description.tag(key, value);
    return self();
  }

  /** Sets the name of the run in the storage; that of a StatsListener joins the two. */
  public ListenerBuilder sessionId(String id) {
    sessionId = Given.given(id, "sessionId");
    return self();
  }

  /** Sets the name of the worker in the storage. */
  public ListenerBuilder workerId(String id) {
    workerId = Given.given(id, "workerId");
    return self();
  }

  /**
   * Names the classes of the labels, 0, 1, 2, ...: lists of samples, exports and the page have
   * these names.
   */
  public ListenerBuilder classNames(List<String> names) {
    words.classes(names);
    return self();
  }

  /**
   * Names the features, in the order of their columns: where samples are shown by the values of
   * their features, the page and {@code suspects.csv} have these names.
   */
  public ListenerBuilder featureNames(List<String> names) {
    words.features(names);
    return self();
  }

  /**
   * Says that the rows of features are pictures, channel by channel and row by row, so that the
   * page shows samples as small pictures of up to 64 x 64 pixels. Networks whose first layer is a
   * convolution say so themselves.
   *
   * @param channels 1 for grey, 3 for red, green and blue
   */
  public ListenerBuilder pictures(int height, int width, int channels) {
    words.pictures(height, width, channels);
    return self();
  }

  void requireNames() {
    Given.requireName(sessionId, "sessionId");
    Given.requireName(workerId, "workerId");
  }

  SampleWords samples() {
    return words.copy();
  }

  RunDescription description() {
    return description.copy();
  }
}
