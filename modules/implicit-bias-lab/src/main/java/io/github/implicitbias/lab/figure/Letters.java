package io.github.implicitbias.lab.figure;

/**
 * Widths of letters in thousandths of the font size. They are those of a wide sans-serif font, as
 * measured, and every common one is as wide or narrower: what is placed with them has room.
 */
final class Letters {

  private static final int[] PLAIN = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838
  };

  private static final int[] BOLD = {
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838
  };

  private static final char FIRST = ' ';
  private static final int GREEK = 700;
  private static final int SIGN = 838;
  private static final int WIDE = 1000;

  private Letters() {}

  /** Returns the width of a text, in font sizes. */
  static double width(String text, boolean bold) {
    int[] widths = bold ? BOLD : PLAIN;
    int sum = 0;
    for (int k = 0; k < text.length(); k++) {
      int place = text.charAt(k) - FIRST;
      sum += place >= 0 && place < widths.length ? widths[place] : other(text.charAt(k));
    }
    return sum / 1000.0;
  }

  private static int other(char letter) {
    if (letter == '\u2016' || letter >= '\u2070' && letter < '\u20a0') {
      return 520;
    }
    if (letter >= '\u2190' && letter < '\u2300' || letter == '\u2212') {
      return SIGN;
    }
    return letter < '\u0500' ? GREEK : WIDE;
  }
}
