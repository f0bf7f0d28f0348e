package io.github.implicitbias.listener;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** How the user wants samples to be shown: names of classes and features, shape of pictures. */
final class SampleWords implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int MOST = 1 << 16;
  private static final int LONGEST = 512;

  private ArrayList<String> classes = new ArrayList<>();
  private ArrayList<String> features = new ArrayList<>();
  private int[] shape = {};

  void classes(List<String> names) {
    classes = checked(names, "classNames");
  }

  void features(List<String> names) {
    features = checked(names, "featureNames");
  }

  void pictures(int height, int width, int channels) {
    if (height < 1 || width < 1 || channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "pictures("
              + height
              + ", "
              + width
              + ", "
              + channels
              + "): give height and width of at least 1, and 1 channel or 3");
    }
    shape = new int[] {height, width, channels};
  }

  private static ArrayList<String> checked(List<String> names, String call) {
    boolean fits = names != null && !names.isEmpty() && names.size() <= MOST;
    for (int k = 0; fits && k < names.size(); k++) {
      fits = names.get(k) != null && names.get(k).length() <= LONGEST;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          call + "(...): give 1 to 65,536 names of at most 512 characters, or leave the call out");
    }
    return new ArrayList<>(names);
  }

  /** Returns what the user calls the classes; empty if they have only numbers. */
  List<String> classes() {
    return classes;
  }

  /** Returns what the user calls the features; empty if they have only numbers. */
  List<String> features() {
    return features;
  }

  /** Returns height, width and channels of what the user says is a picture; empty for none. */
  int[] pictureShape() {
    return shape.clone();
  }

  SampleWords copy() {
    SampleWords copy = new SampleWords();
    copy.classes = classes;
    copy.features = features;
    copy.shape = shape;
    return copy;
  }
}
