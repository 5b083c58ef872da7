// Modules without types of their own.

declare module "anywidget";
declare module "*.css";
