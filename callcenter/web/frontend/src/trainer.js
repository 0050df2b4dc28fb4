// @ts-check
// The trainer's list: the page's own parts, and verdicts by keyboard.
import "./page.js";
import { listenForReviewKeys } from "./parts/review_keys.js";

listenForReviewKeys();
