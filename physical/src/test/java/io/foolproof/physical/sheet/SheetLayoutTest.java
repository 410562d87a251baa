package io.foolproof.physical.sheet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SheetLayoutTest {

  @ParameterizedTest
  @EnumSource(Paper.class)
  void nothingTouchesAnythingElseOrTheEdge(Paper paper) {
    SheetLayout layout = new SheetLayout(paper, 28, 28);
    List<Area> areas = new ArrayList<>();
    for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
      areas.add(layout.marker(corner).grown(2));
    }
    // A QR code needs four modules of white around it.
    areas.add(layout.code().grown(4));
    areas.add(layout.tones().grown(1));
    areas.add(layout.ruler());
    for (int cell = 0; cell < layout.cells(); cell++) {
      areas.add(layout.frame(cell).grown(0.7));
    }
    Area printable = new Area(0, 0, paper.width(), paper.height()).grown(-5.9);
    for (int i = 0; i < areas.size(); i++) {
      Area a = areas.get(i);
      assertThat(a.x()).isGreaterThanOrEqualTo(printable.x());
      assertThat(a.right()).isLessThanOrEqualTo(printable.right());
      assertThat(a.y()).isGreaterThanOrEqualTo(printable.y());
      assertThat(a.bottom()).isLessThanOrEqualTo(printable.bottom());
      for (int j = 0; j < i; j++) {
        Area b = areas.get(j);
        boolean apart =
            a.right() <= b.x() || b.right() <= a.x() || a.bottom() <= b.y() || b.bottom() <= a.y();
        assertThat(apart).as("%s and %s", a, b).isTrue();
      }
    }
  }

  @Test
  void aSheetHoldsSoManyCells() {
    assertThat(new SheetLayout(Paper.A4, 28, 28).cells()).isEqualTo(48);
    assertThat(new SheetLayout(Paper.LETTER, 28, 28).cells()).isEqualTo(49);
  }

  @Test
  void imagesThatAreNotSquareKeepTheirForm() {
    Area image = new SheetLayout(Paper.A4, 10, 20).image(3);
    assertThat(image.width()).isEqualTo(2 * image.height());
    assertThat(image.width()).isEqualTo(SheetLayout.IMAGE);
  }

  @Test
  void papersAreNamed() {
    assertThat(Paper.parse("letter")).isEqualTo(Paper.LETTER);
    assertThatThrownBy(() -> Paper.parse("a5"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("there is no paper 'a5': give a4 or letter");
  }
}
