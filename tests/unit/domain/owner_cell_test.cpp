// INITIALS(ID), nobody, or nothing that can be read: rule 2.
#include "domain/owner_cell.hpp"

#include "../unit.hpp"
#include "cells.hpp"

using lockrec::Cell;
using lockrec::Owner;
using lockrec::read_owner;

namespace {

void check_worker(std::string_view text, std::uint64_t id) {
  const auto owner = read_owner(text_cell(text), "DISPONIBLE");
  check(owner.kind == Owner::Kind::worker, text);
  check_number(static_cast<std::int64_t>(owner.id), static_cast<std::int64_t>(id), text);
}

void check_kind(const Cell& cell, Owner::Kind kind, std::string_view free_value = "DISPONIBLE") {
  check(read_owner(cell, free_value).kind == kind, cell.text);
}

void owner_initials_and_id_are_a_worker(void**) {
  check_worker("MR(93)", 93);
  check_worker("M.R.(93)", 93);
  check_worker("M R(1)", 1);
  check_worker("MR (93)", 93);
  check_worker("Ñandú Ö.(7)", 7);
  check_worker("李(8)", 8);
  check_worker("mr(999999999999999999)", 999999999999999999U);
}

void owner_with_spaces_around_is_trimmed(void**) {
  check_worker("  MR(93)\t\r\n", 93);
  check_worker("\xC2\xA0MR(93)\xC2\xA0", 93);
}

void owner_leading_zeros_are_dropped(void**) {
  check_worker("MR(0093)", 93);
  check_worker("MR(000000000000000001)", 1);
}

void owner_id_that_is_no_id_is_invalid(void**) {
  for (const auto* text :
       {"MR(0)", "MR(000)", "MR()", "MR(-1)", "MR(+1)", "MR( 93)", "MR(93 )", "MR(9 3)", "MR(9.3)", "MR(0x9)",
        "MR(1e3)", "MR(1234567890123456789)", "MR(0000000000000000001)", "MR(\xD9\xA9\xD9\xA3)", "MR(\xEF\xBC\x99)"}) {
    check_kind(text_cell(text), Owner::Kind::invalid);
  }
}

void owner_that_only_ends_like_one_is_invalid(void**) {
  for (const auto* text : {"x(1)(93)", "(93)",    " (93)",   "MR(93",        "MR93)",  "MR93",    "93",
                           "MR(93) x", "MR(93))", "MR((93)", "MR(93)\n(94)", "MR[93]", "M[R(93)", "M{R(93)",
                           "M<R>(93)", "MR)(93)", "-",       "--",           "?",      "(",       ")"}) {
    check_kind(text_cell(text), Owner::Kind::invalid);
  }
}

void owner_initials_at_32_bytes_are_valid_and_at_33_invalid(void**) {
  check_worker(std::string(32, 'M') + "(93)", 93);
  check_kind(text_cell(std::string(33, 'M') + "(93)"), Owner::Kind::invalid);
  std::string wide;
  for (int i = 0; i < 16; ++i) wide += "Ñ";
  check_worker(wide + "(93)", 93);
  check_kind(text_cell(wide + ".(93)"), Owner::Kind::invalid);
}

void owner_with_control_characters_is_invalid(void**) {
  for (const std::string& text : {std::string("M\tR(93)"), std::string("M\nR(93)"), std::string("M\0R(93)", 7),
                                  std::string("M\x7FR(93)"), std::string("M\xC2\x85R(93)")}) {
    check_kind(text_cell(text), Owner::Kind::invalid);
  }
}

void owner_that_is_not_utf8_is_invalid(void**) {
  for (const auto* text : {"M\xFF(93)", "M\xC3(93)", "\xED\xA0\x80(93)", "\xC0\x80(93)"}) {
    check_kind(text_cell(text), Owner::Kind::invalid);
  }
}

void owner_empty_is_nobody(void**) {
  check_kind(empty_cell(), Owner::Kind::nobody);
  check_kind(text_cell(""), Owner::Kind::nobody);
  check_kind(text_cell(" \t\xC2\xA0 "), Owner::Kind::nobody);
}

void owner_free_value_is_nobody_whatever_its_case(void**) {
  for (const auto* text : {"DISPONIBLE", "Disponible", "disponible", "  DisponiblE \n"}) {
    check_kind(text_cell(text), Owner::Kind::nobody);
  }
  check_kind(text_cell("DISPONIBLE."), Owner::Kind::invalid);
  check_kind(text_cell("DISPONIBL"), Owner::Kind::invalid);
  check_kind(text_cell("libre"), Owner::Kind::nobody, "LIBRE");
  check_kind(text_cell("-"), Owner::Kind::nobody, "-");
}

void owner_free_value_beyond_ascii_keeps_its_case(void**) {
  check_kind(text_cell("vacío"), Owner::Kind::nobody, "VACíO");
  check_kind(text_cell("VACÍO"), Owner::Kind::invalid, "vacío");
}

void owner_free_value_that_looks_like_a_worker_wins(void**) {
  check_kind(text_cell("NN(1)"), Owner::Kind::nobody, "NN(1)");
}

void owner_empty_free_value_frees_only_empty_cells(void**) {
  check_kind(empty_cell(), Owner::Kind::nobody, "");
  check_kind(text_cell(" "), Owner::Kind::nobody, "");
  check_kind(text_cell("DISPONIBLE"), Owner::Kind::invalid, "");
}

void owner_number_or_boolean_is_invalid(void**) {
  check_kind(number_cell(93), Owner::Kind::invalid);
  check_kind(number_cell(0), Owner::Kind::invalid);
  check_kind(boolean_cell(), Owner::Kind::invalid);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(owner_initials_and_id_are_a_worker),
      cmocka_unit_test(owner_with_spaces_around_is_trimmed),
      cmocka_unit_test(owner_leading_zeros_are_dropped),
      cmocka_unit_test(owner_id_that_is_no_id_is_invalid),
      cmocka_unit_test(owner_that_only_ends_like_one_is_invalid),
      cmocka_unit_test(owner_initials_at_32_bytes_are_valid_and_at_33_invalid),
      cmocka_unit_test(owner_with_control_characters_is_invalid),
      cmocka_unit_test(owner_that_is_not_utf8_is_invalid),
      cmocka_unit_test(owner_empty_is_nobody),
      cmocka_unit_test(owner_free_value_is_nobody_whatever_its_case),
      cmocka_unit_test(owner_free_value_beyond_ascii_keeps_its_case),
      cmocka_unit_test(owner_free_value_that_looks_like_a_worker_wins),
      cmocka_unit_test(owner_empty_free_value_frees_only_empty_cells),
      cmocka_unit_test(owner_number_or_boolean_is_invalid),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
