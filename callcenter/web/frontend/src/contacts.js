// @ts-check
// The list of contacts: the page's own parts, and rows by keyboard.
import "./page.js";
import { listenForRowKeys } from "./parts/row_keys.js";

listenForRowKeys();
